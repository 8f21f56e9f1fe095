import { test } from 'uvu'
import { is } from 'uvu/assert'
import { imageName } from './app.ts'

// What `docker-compose config` and `docker compose config` print.
const CONFIG = `name: 1001project
services:
  app:
    build:
      context: /home/ubuntu/1001project
    container_name: 1001-stories-app
  db:
    image: postgres:15
    environment:
      image: not-this-one
  app-worker:
    image: "registry.example.org/worker:2"
volumes:
  app:
    image: nor-this-one
`
const one = ['docker-compose']
const two = ['docker', 'compose']

test('a service that is built gets the name that its kind of compose gives', () => {
  is(imageName(CONFIG, '1001project', 'app', one), '1001project_app')
  is(imageName(CONFIG, '1001project', 'app', two), '1001project-app')
})

test('a service with an image has that name', () => {
  is(imageName(CONFIG, '1001project', 'db', one), 'postgres:15')
  is(imageName(CONFIG, '1001project', 'app-worker', two), 'registry.example.org/worker:2')
})

test('a service that the configuration does not have gets the name it would get', () => {
  is(imageName('', 'p', 'app', one), 'p_app')
})

test.run()
